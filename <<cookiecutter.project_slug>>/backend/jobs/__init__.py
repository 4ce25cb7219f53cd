"""Work that takes longer than a request: jobs that people can follow, and the Celery tasks that do them."""
