// One provider's way to pay; the bake keeps one, and puts it in this folder's place.
export * from "./stripe";
