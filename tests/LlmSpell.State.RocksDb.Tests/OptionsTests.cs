namespace LlmSpell.State.RocksDb.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void What_no_option_can_be_is_refused_when_it_is_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RocksDbOptions { Durability = StateDurability.Strict + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RocksDbOptions { BusyTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentException>(() => new RocksDbOptions { Folder = "" });
        Assert.Throws<ArgumentNullException>(() => new RocksDbOptions { TimeProvider = null! });
    }
}
