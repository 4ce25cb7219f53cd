"""The rules of two payment providers; the bake keeps one, and puts it in this folder's place."""
