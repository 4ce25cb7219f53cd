import { isAxiosError } from "axios";
import type { AllauthErrors, Problem } from "./types";

/** One shape for all that can go wrong between the browser and the backend. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** HTTP status; 0 when no answer arrived. */
    readonly status: number,
    readonly code = "",
    /** Field name to message, as forms need it. */
    readonly fields: Record<string, string> = {},
    readonly requestId = "",
    /** All that the server said. */
    readonly body: unknown = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const offline = "The server cannot be reached. Check your connection and try again.";
const unknown = "Something went wrong on our side. Please try again in a moment.";

/** Turn whatever a request threw into an ApiError. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!isAxiosError(error)) return new ApiError(unknown, 0);
  if (!error.response) return new ApiError(offline, 0);
  const { status, data } = error.response as { status: number; data: unknown };
  if (!isRecord(data)) return new ApiError(unknown, status);
  return isAllauth(data) ? fromAllauth(data, status) : fromProblem(data, status);
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null;
}

function isAllauth(data: Partial<Problem> | AllauthErrors): data is AllauthErrors {
  return !!data.errors?.some((error) => "message" in error);
}

function fromAllauth(data: AllauthErrors, status: number) {
  const errors = data.errors ?? [];
  const fields = Object.fromEntries(
    errors.filter((error) => error.param).map((error) => [error.param, error.message]),
  );
  return new ApiError(errors[0]?.message ?? unknown, status, errors[0]?.code, fields, "", data);
}

function fromProblem(data: Partial<Problem>, status: number) {
  const fields = Object.fromEntries(
    (data.errors ?? []).map((error) => [fieldOf(error.pointer), error.detail]),
  );
  return new ApiError(
    data.detail ?? data.title ?? unknown,
    status,
    data.code,
    fields,
    data.request_id,
    data,
  );
}

/** "/email" and "#/email" are the field "email"; "/" is the form as a whole. */
function fieldOf(pointer: string) {
  return pointer.replace(/^#?\//, "");
}
