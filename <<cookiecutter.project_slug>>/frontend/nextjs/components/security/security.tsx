import { PageHeader } from "@/components/shell/page-header";
import { Logins } from "./logins";
import { PasswordChangeForm } from "./password-change-form";
import { SecondFactors } from "./second-factors";

/** What keeps the person's own account safe, in whatever company they are. */
export function Security() {
  return (
    <>
      <PageHeader title="Security" lead="What you log in with, and where you are logged in." />
      <div className="grid gap-10">
        <section>
          <h2 className="mb-4 text-lg font-semibold">Password</h2>
          <PasswordChangeForm />
        </section>
        <section>
          <h2 className="mb-4 text-lg font-semibold">Second factors and passkeys</h2>
          <SecondFactors />
        </section>
        <section>
          <h2 className="mb-4 text-lg font-semibold">Where you are logged in</h2>
          <Logins />
        </section>
      </div>
    </>
  );
}
