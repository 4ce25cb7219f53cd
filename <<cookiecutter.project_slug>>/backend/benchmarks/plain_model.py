"""A contact as a model that knows nothing of tenants."""

from django.db import models


class PlainContact(models.Model):
    """The columns of contacts.Contact, which makes and migrates the table."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40)
    company = models.CharField(max_length=200)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True
        app_label = "benchmarks"
        managed = False
        db_table = "contacts_contact"

    def __str__(self) -> str:
        return self.name
