export type Checkout = { url: string; popup: Record<string, string> };

type Options = Record<string, unknown> & { handler: (brought: Record<string, string>) => void };

declare global {
  interface Window {
    Razorpay?: new (options: Options) => { open: () => void };
  }
}

/** Where the provider's pages may be part of ours. */
export const paymentFrames = ["https://api.razorpay.com", "https://checkout.razorpay.com"];

/** Opens the provider's window. Gives what it hands over when the person has paid, null if they close it. */
export async function pay({ popup }: Checkout): Promise<Record<string, string> | null> {
  await load(popup.script!);
  const { Razorpay } = window;
  if (!Razorpay) throw new Error("The payment window did not load.");
  return new Promise((resolve) => {
    new Razorpay({
      key: popup.key,
      subscription_id: popup.subscription_id,
      name: popup.name,
      handler: resolve,
      modal: { ondismiss: () => resolve(null) },
    }).open();
  });
}

/** A script that a script adds may run without a nonce of its own, by 'strict-dynamic'. */
function load(source: string) {
  if (window.Razorpay) return Promise.resolve();
  return new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("The payment window cannot be reached."));
    document.head.append(script);
  });
}
