export const sibling = () => "beside the route";
