/** Whether this browser can make and use passkeys, and take what the server says about them. */
export function hasPasskeys() {
  return (
    typeof window !== "undefined" &&
    "parseRequestOptionsFromJSON" in (window.PublicKeyCredential ?? {})
  );
}

/** Have the device make a passkey; what the server is to keep of it. Throws when the person does not want to. */
export async function createPasskey(options: PublicKeyCredentialCreationOptionsJSON) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return asJson(await navigator.credentials.create({ publicKey }));
}

/** Have the device sign with a passkey that it has. Throws when there is none, or the person does not want to. */
export async function signWithPasskey(options: PublicKeyCredentialRequestOptionsJSON) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return asJson(await navigator.credentials.get({ publicKey }));
}

function asJson(credential: Credential | null) {
  return (credential as PublicKeyCredential).toJSON() as object;
}

/** What a browser throws here is about the device, and says nothing that would help. */
export function passkeySentence(error: unknown) {
  return error instanceof DOMException
    ? "The device gave no passkey. Try again, or go another way."
    : null;
}
