/** `String.prototype.normalize`, whose tables the engine does not have; bundled with the routes that name it. */

import unorm from "unorm";

const FORMS = { NFC: unorm.nfc, NFD: unorm.nfd, NFKC: unorm.nfkc, NFKD: unorm.nfkd };

if (String.prototype.normalize === undefined) {
  const value = function normalize(form = "NFC") {
    const normal = FORMS[form];
    if (normal === undefined) throw new RangeError(`no normal form "${form}"; expected NFC, NFD, NFKC or NFKD`);
    return normal(String(this));
  };
  Object.defineProperty(String.prototype, "normalize", { value, writable: true, configurable: true });
}
