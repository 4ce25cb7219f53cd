"""What each way to keep tenants apart is measured by; the bake keeps one, and puts it in this folder's place."""
