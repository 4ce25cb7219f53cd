// What people do at one payment provider; the bake keeps one, and puts it in this folder's place.
export * from "./stripe";
