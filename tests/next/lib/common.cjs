module.exports = { twice: (value) => value * 2, name: "common" };
