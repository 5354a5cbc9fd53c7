namespace LlmSpell.State.Sqlite.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void What_no_option_can_be_is_refused_when_it_is_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteOptions { Durability = StateDurability.Strict + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SqliteOptions { BusyTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentException>(() => new SqliteOptions { Folder = "" });
        Assert.Throws<ArgumentNullException>(() => new SqliteOptions { TimeProvider = null! });
    }
}
