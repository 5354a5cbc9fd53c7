namespace LlmSpell.Backup.Tests;

public sealed class KnownLayersTests
{
    private readonly KnownLayers _known = new();

    [Fact]
    public void A_layer_that_two_manifests_name_is_made_once()
    {
        BackupManifest full = Read(TestManifests.Full);
        BackupManifest incremental = Read(TestManifests.Incremental);

        Assert.Same(full.Layers[0], incremental.Layers[0]);
        Assert.Equal(TestManifests.Incremental.Layers, incremental.Layers);
    }

    [Fact]
    public void What_another_manifest_says_differently_of_a_layer_is_kept_apart()
    {
        ManifestLayer other = TestManifests.Full.Layers[0] with { DataSha256 = new string('c', 64) };

        Assert.Equal(TestManifests.Full.Layers, Read(TestManifests.Full).Layers);
        Assert.Equal([other], Read(TestManifests.Full with { Layers = [other] }).Layers);
    }

    [Fact]
    public void A_layer_that_cannot_be_is_damage_each_time()
    {
        byte[] bytes = TestManifests.Change(TestManifests.Full, json => json["layers"]![0]!["blocks"] = -1);

        for (int time = 0; time < 2; time++)
        {
            Assert.Throws<BackupDamagedException>(() => Read(TestManifests.Full, bytes));
        }
    }

    private BackupManifest Read(BackupManifest manifest) => Read(manifest, ManifestJson.Write(manifest));

    private BackupManifest Read(BackupManifest named, byte[] bytes) =>
        ManifestJson.Read(TestManifests.Path(named), named.Id, bytes, _known);
}
