/** A body on its way out: it begins once its first piece is there, and what breaks it is told. */

/**
 * Rejects where the body breaks before it has begun, while another answer can still be given.
 *
 * @param {ReadableStream} stream
 * @param {(thrown: unknown) => void} tell what broke it later
 * @returns {Promise<{ body: ReadableStream, end: Promise<{ isBroken: boolean }> }>}
 */
export async function begun(stream, tell) {
  const reader = stream.getReader();
  let first = await reader.read();
  let finish;
  const end = new Promise((resolve) => (finish = resolve));
  const pull = async (controller) => {
    try {
      const { done, value } = first ?? (await reader.read());
      first = null;
      if (!done) return controller.enqueue(value);
      controller.close();
      finish({ isBroken: false });
    } catch (thrown) {
      tell(thrown);
      finish({ isBroken: true });
      // The end of this stream would pass for the end of the body.
      await new Promise(() => {});
    }
  };
  const cancel = (reason) => {
    finish({ isBroken: false });
    return reader.cancel(reason);
  };
  return { body: new ReadableStream({ pull, cancel }, { highWaterMark: 0 }), end };
}
