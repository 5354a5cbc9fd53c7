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
