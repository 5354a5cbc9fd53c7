namespace LlmSpell.State.Tests;

public sealed class IdTests
{
    [Fact]
    public void An_id_that_was_never_given_is_empty_text()
    {
        Assert.Equal("", default(StoreId).ToString());
        Assert.Equal("", default(LineageId).ToString());
        Assert.Equal("", default(StateVersion).ToString());
    }
}
