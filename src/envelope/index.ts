export { fingerprintKey, keyOf, newKey, scanKey, type Kdf, type Kek, type Key } from "./key.ts";
export { placeBytes, tuple, untuple, type Place } from "./place.ts";
export {
  openBytes,
  openValue,
  rewrap,
  sealBytes,
  sealedUnder,
  sealValue,
  unwrapKey,
  wrapKey,
  type SealedValue,
} from "./seal.ts";
export { checkKey, keyWrong, sealKeyCheck } from "./key-check.ts";
export { kekFromPassphrase, newKdf, parseKdf } from "./passphrase.ts";
export { decryptWith, encryptTo, newIdentity, openRecovery, wrapForRecovery, type Recipient } from "./recovery.ts";
