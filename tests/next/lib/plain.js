export const plain = (name) => `plain ${name}`;
export default class Counter {
  count = 0;
  next() {
    return ++this.count;
  }
}
