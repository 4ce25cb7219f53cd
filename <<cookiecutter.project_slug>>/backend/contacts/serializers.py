"""Contacts in JSON."""

from typing import Any

from rest_framework import serializers

from .models import Contact


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A contact."""

    class Meta:
        model = Contact
        fields = ["id", "name", "email", "phone", "company", "created_at", "updated_at"]
        read_only_fields = ["id", "created_at", "updated_at"]


class ImportSerializer(serializers.Serializer[Any]):
    """A file of contacts."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="CSV in UTF-8, 10 MB at most. The first line names the columns: name, email, phone, company.",
        error_messages={"required": "Choose a CSV file.", "invalid": "Send the file as multipart/form-data."},
    )
