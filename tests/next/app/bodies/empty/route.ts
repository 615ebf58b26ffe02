const told = async (request: Request) =>
  Response.json({ isNull: request.body === null, text: await request.text(), used: request.bodyUsed });

export { told as GET, told as POST, told as DELETE };
