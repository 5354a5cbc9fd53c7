using LlmSpell.State.Files;
using LlmSpell.Testing;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.Tests.Files;

public sealed class FilePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SafeFileHandle _file;
    private readonly FilePlace _place;

    public FilePlaceTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        File.WriteAllText(Own, "content");
        _file = FileFlush.OpenForFlush(Own);
        _place = new FilePlace(_file);
    }

    private string Own => Path.Combine(_folder.Path, "own");

    private string Other => Path.Combine(_folder.Path, "other");

    public void Dispose()
    {
        _file?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_that_another_one_replaces_is_missed()
    {
        File.WriteAllText(Other, "content");
        File.Move(Other, Own, overwrite: true);

        Assert.Contains("moved, replaced or deleted", Assert.Throws<StateStorageException>(() => _place.Require("s")).Message, StringComparison.Ordinal);
    }

    /// <summary>As on a file system in user space too, whose server may make the kernel forget the name.</summary>
    [Fact]
    public void A_file_that_is_still_found_by_its_name_is_not_missed_whatever_the_kernel_calls_it()
    {
        File.Move(Own, Other);
        Assert.Throws<StateStorageException>(() => _place.Require("s"));
        File.CreateSymbolicLink(Own, Other);

        _place.Require("s");
    }
}
