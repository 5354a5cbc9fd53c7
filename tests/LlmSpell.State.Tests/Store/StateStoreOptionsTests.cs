namespace LlmSpell.State.Tests;

public sealed class StateStoreOptionsTests
{
    [Fact]
    public void What_no_option_can_be_is_refused_when_it_is_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StateStoreOptions { MaxValueBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StateStoreOptions { FlushInterval = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentNullException>(() => new StateStoreOptions { TimeProvider = null! });
    }
}
