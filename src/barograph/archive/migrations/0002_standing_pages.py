import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0001_initial'),
        ('editions', '0001_initial'),
    ]

    operations = [
        migrations.RenameField('importedpage', 'became_commentary', 'became_text'),
        migrations.AlterField(
            model_name='importedpage',
            name='became_text',
            field=models.BooleanField(default=False, help_text='Still true after the text is deleted, so that it is not brought in again.'),
        ),
        migrations.AddField(
            model_name='importedpage',
            name='standing_page',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imported_pages', to='editions.standingpage', verbose_name='standing page'),
        ),
    ]
