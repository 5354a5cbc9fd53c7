namespace LlmSpell.Backup.Tests.Operations;

public sealed class OptionsTests
{
    [Fact]
    public void What_no_option_can_be_is_refused_when_it_is_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { Codec = LayerCodec.Lz4 + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { CompressionLevel = 20 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackupOptions { BusyTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentNullException>(() => new BackupOptions { TimeProvider = null! });
        Assert.Throws<ArgumentNullException>(() => new RestoreRequest { Selection = null! });
        Assert.Throws<ArgumentException>(() => new ValidationRequest { Ids = ["20261126-120000-abcdefgh", null!] });
        Assert.Throws<ArgumentException>(() => new CopyRequest { Ids = [null!] });
    }
}
