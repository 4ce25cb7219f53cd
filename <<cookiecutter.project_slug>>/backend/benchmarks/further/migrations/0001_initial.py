"""Sixty tables, each of which refers to the one before it."""

from django.db import migrations, models

TABLES = 60


def table(number: int) -> migrations.CreateModel:
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=200)),
        ("amount", models.DecimalField(max_digits=12, decimal_places=2)),
        ("notes", models.TextField(blank=True)),
        ("created_at", models.DateTimeField(auto_now_add=True)),
    ]
    if number > 1:
        fields.append(("parent", models.ForeignKey(f"further.Table{number - 1}", models.CASCADE)))
    index = models.Index(fields=["created_at", "id"], name=f"further_{number}_created_at")
    return migrations.CreateModel(f"Table{number}", fields, options={"indexes": [index]})


class Migration(migrations.Migration):
    initial = True
    operations = [table(number) for number in range(1, TABLES + 1)]
