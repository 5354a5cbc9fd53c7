using LlmSpell.State.Files;
using LlmSpell.Testing;

namespace LlmSpell.State.Tests.Files;

public sealed class IoReasonTests
{
    [Theory]
    [InlineData("Input/output error : '/a/b'", "Input/output error")]
    [InlineData("Input/output error : '/a/b : 'c''", "Input/output error")]
    [InlineData("Input/output error", "Input/output error")]
    [InlineData("Could not find file '/a/b'.", "Could not find file '/a/b'")]
    public void The_path_at_the_end_is_left_out(string message, string expected) => Assert.Equal(expected, IoReason.Of(new IOException(message)));

    [Fact]
    public void A_file_that_may_not_grow_is_no_mistake_of_a_caller()
    {
        Assert.DoesNotContain("Parameter", IoReason.Of(new ArgumentOutOfRangeException("value", "Specified file length was too large.")), StringComparison.Ordinal);
        Assert.False(IoReason.IsTooLarge(new ArgumentOutOfRangeException("count")));
    }

    [Fact]
    public void What_the_runtime_says_is_what_is_expected()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the words of Unix");
        using TemporaryFolder folder = new();
        string loop = folder["loop"];
        File.CreateSymbolicLink(loop, loop);

        IOException failure = Assert.ThrowsAny<IOException>(() => File.OpenRead(loop));

        Assert.Contains(loop, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(loop, IoReason.Of(failure), StringComparison.Ordinal);
        Assert.Equal("permission denied", IoReason.Of(new UnauthorizedAccessException()));
    }
}
