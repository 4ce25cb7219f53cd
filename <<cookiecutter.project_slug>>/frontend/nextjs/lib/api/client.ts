import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from "axios";
import { api } from "./http";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "patch" | "delete";

/** The addresses that have the method. */
export type Path<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P][M];

type Parameter<O, Place extends "path" | "query"> = O extends {
  parameters: Partial<Record<Place, infer Values>>;
}
  ? Values
  : never;

type Body<O> = O extends { requestBody?: { content: infer Content } }
  ? Content[keyof Content] | FormData
  : never;

type Json<R> = R extends { content: { "application/json": infer Data } } ? Data : void;

/** What is answered when all is well. */
export type Answer<M extends Method, P extends keyof paths> =
  Operation<M, P> extends { responses: infer R }
    ? Json<R[Extract<keyof R, 200 | 201 | 202 | 204>]>
    : never;

type Options<O> = Pick<AxiosRequestConfig, "signal" | "timeout"> & {
  path?: Parameter<O, "path">;
  query?: Parameter<O, "query">;
  body?: Body<O>;
  /** Instead of the one that renews the session by itself. */
  by?: AxiosInstance;
};

/**
 * Ask the API. Path, body and answer are those of the schema (`npm run api`), so a change of the
 * API that this code does not know is an error of the compiler. Throws an ApiError.
 */
export async function call<M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  { path: values, query, body, by = api, ...options }: Options<Operation<M, P>> = {},
): Promise<AxiosResponse<Answer<M, P>>> {
  return by.request({ ...options, method, url: filled(path, values), params: query, data: body });
}

function filled(path: string, values: unknown) {
  const given = values as Record<string, string | number>;
  return path.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(given[name]!));
}
