import type { FieldValues, Path, UseFormSetError } from "react-hook-form";
import { toApiError } from "@/lib/api/errors";

/**
 * Show what the server said at the fields it is about. What concerns none of `fields` goes to the form as
 * a whole, as `errors.root`.
 */
export function showErrors<T extends FieldValues>(
  error: unknown,
  fields: Path<T>[],
  setError: UseFormSetError<T>,
) {
  const apiError = toApiError(error);
  const known = fields.filter((field) => field in apiError.fields);
  known.forEach((field, index) =>
    setError(field, { message: apiError.fields[field] }, { shouldFocus: index === 0 }),
  );
  if (known.length === 0) setError("root", { message: apiError.message });
}
