namespace LlmSpell.Lua.Tests.Running;

public sealed class OptionsTests
{
    [Fact]
    public void What_no_option_can_be_is_refused_when_it_is_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LuaHostOptions { Libraries = LuaLibraries.None + 1 });
        Assert.Throws<ArgumentNullException>(() => new LuaHostOptions { TimeProvider = null! });
    }
}
