using LlmSpell.State.Files;
using LlmSpell.Testing;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Tests.Files;

public sealed class FileFlushTests
{
    [Fact]
    public void A_flush_that_the_system_refuses_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a descriptor of Unix");
        using SafeFileHandle none = new(int.MaxValue, ownsHandle: false);

        IOException failure = Assert.Throws<IOException>(() => FileFlush.Flush(none));

        const int NoSuchDescriptor = 9;
        Assert.Equal(NoSuchDescriptor, failure.HResult);
    }

    [Theory]
    [InlineData("EINVAL", 22, true)]
    [InlineData("EOPNOTSUPP", 95, true)]
    [InlineData("ENOSYS", 38, true)]
    [InlineData("EIO", 5, false)]
    [InlineData("EBADF", 9, false)]
    [InlineData("ENOSPC", 28, false)]
    [InlineData("EROFS", 30, false)]
    [InlineData("EDQUOT", 122, false)]
    public void A_file_system_that_cannot_flush_is_not_one_that_failed_to(string name, int error, bool isImpossible)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), $"{name} has another number elsewhere");

        Assert.Equal(isImpossible, FileFlush.IsImpossible(error));
    }

    [Fact]
    public void A_file_is_flushed()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "a");
        File.WriteAllText(file, "content");
        using SafeFileHandle handle = FileFlush.OpenForFlush(file);

        FileFlush.Flush(handle);

        Assert.Equal("content", File.ReadAllText(file));
    }
}
