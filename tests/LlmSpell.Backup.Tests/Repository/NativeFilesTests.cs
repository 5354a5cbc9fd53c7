using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests;

public sealed class NativeFilesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Renaming_never_replaces(bool atOnce)
    {
        Assert.SkipWhen(!atOnce && OperatingSystem.IsWindows(), "Windows has one way only.");
        Func<string, string, bool> rename = atOnce ? NativeFiles.TryRename : NativeFiles.LinkAndUnlink;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a"], "a");
        File.WriteAllText(folder["b"], "b");

        Assert.False(rename(folder["a"], folder["b"]));
        Assert.Equal("a", File.ReadAllText(folder["a"]));
        Assert.Equal("b", File.ReadAllText(folder["b"]));

        Assert.True(rename(folder["a"], folder["ç c"]));
        Assert.Equal("a", File.ReadAllText(folder["ç c"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);

        Assert.ThrowsAny<IOException>(() => rename(folder["none"], folder["d"]));
    }

    [Fact]
    public void Flushing_a_folder_that_is_not_there_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not flush folders.");
        using TemporaryFolder folder = new();

        NativeFiles.FlushFolder(folder.Path);

        Assert.Throws<IOException>(() => NativeFiles.FlushFolder(folder["none"]));
    }
}
