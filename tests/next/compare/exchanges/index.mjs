/** Everything that is asked, in the order it is asked. */

import answers from "./answers.mjs";
import bodies from "./bodies.mjs";
import docs from "./docs.mjs";
import methods from "./methods.mjs";
import params from "./params.mjs";
import platform from "./platform.mjs";

export const exchanges = [...docs, ...methods, ...params, ...bodies, ...answers, ...platform];

const names = exchanges.map(({ name }) => name);
const twice = names.filter((name, at) => names.indexOf(name) !== at);
if (twice.length > 0) throw new Error(`asked twice under one name: ${twice.join("; ")}`);
