using LlmSpell.State.Files;

namespace LlmSpell.State.Tests.Files;

public sealed class OpenFileLimitTests
{
    [Fact]
    public void Only_where_the_limit_is_the_reason_the_hint_is_about_it()
    {
        Assert.Equal(OpenFileLimit.Hint, OpenFileLimit.HintFor(new IOException("Too many open files", OpenFileLimit.Numbers[0]), "otherwise"));
        Assert.Equal("otherwise", OpenFileLimit.HintFor(new IOException("Input/output error", 5), "otherwise"));
        Assert.Equal("otherwise", OpenFileLimit.HintFor(new UnauthorizedAccessException(), "otherwise"));
    }
}
