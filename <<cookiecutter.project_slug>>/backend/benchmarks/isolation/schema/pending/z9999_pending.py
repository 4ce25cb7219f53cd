"""What a release may bring: two columns, and an index on one of them."""

from pkgutil import iter_modules

from django.db import migrations, models

from contacts import migrations as present


class Migration(migrations.Migration):
    dependencies = [("contacts", max(module.name for module in iter_modules(present.__path__)))]
    operations = [
        migrations.AddField("contact", "nickname", models.CharField(max_length=100, default="")),
        migrations.AddField("contact", "rank", models.IntegerField(null=True)),
        migrations.AddIndex("contact", models.Index(fields=["rank", "id"], name="contact_rank")),
    ]
