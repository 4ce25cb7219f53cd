"""Three ways to keep tenants apart; the bake keeps one, and puts it in this folder's place."""
