using LlmSpell.State;
using LlmSpell.Testing;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup.Tests;

public sealed class PublishedFileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folders_that_are_missing_are_made()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "a", "b", "c.json");

        await WriteAsync(path, [1, 2, 3]);

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(path, Token));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task A_folder_that_may_only_be_passed_through_is_no_obstacle()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["there"]);
        Unreadable effects = new(folder.Path);

        foreach (string name in (string[])[folder["there"], folder["new"], Path.Combine(folder["newer"], "inner")])
        {
            await using PublishedFile file = PublishedFile.Begin(Path.Combine(name, "a.json"), effects);
            await file.WriteAsync(new byte[1], Token);
            await file.CompleteAsync(Token);
        }

        Assert.True(effects.Refused >= 3);
    }

    [Fact]
    public async Task What_is_published_needs_its_folder_flushed()
    {
        using TemporaryFolder folder = new();
        await using PublishedFile file = PublishedFile.Begin(folder["a.json"], new Unreadable(folder.Path));
        await file.WriteAsync(new byte[1], Token);

        Assert.True((await Assert.ThrowsAsync<StateStorageException>(() => file.CompleteAsync(Token))).OutcomeUnknown);
    }

    [Fact]
    public async Task The_rights_of_a_folder_above_do_not_matter()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "who may read everything is refused nothing");
        using TemporaryFolder folder = new();
        DirectoryInfo home = Directory.CreateDirectory(Path.Combine(folder["others"], "home"));
        UnixFileMode readable = home.UnixFileMode;
        const UnixFileMode PassedThrough = UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        home.UnixFileMode = home.Parent!.UnixFileMode = PassedThrough;
        try
        {
            await WriteAsync(Path.Combine(home.FullName, "backups", "a.json"), [1]);
        }
        finally
        {
            home.Parent.UnixFileMode = home.UnixFileMode = readable;
        }
    }

    [Fact]
    public async Task What_is_being_written_lies_beside_its_place_under_a_name_that_the_sweep_knows()
    {
        using TemporaryFolder folder = new();
        await using (PublishedFile file = PublishedFile.Begin(folder["a.json"]))
        {
            await file.WriteAsync(new byte[10], Token);
            Assert.True(RepositoryPaths.IsTemporary(Path.GetFileName(Assert.Single(Directory.GetFiles(folder.Path)))));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task An_existing_file_is_left_as_it_is()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder["a.json"], [1]);

        StateConflictException e = await Assert.ThrowsAsync<StateConflictException>(() => WriteAsync(folder["a.json"], [2]));

        Assert.Contains(folder["a.json"], e.Message, StringComparison.Ordinal);
        Assert.Equal([1], await File.ReadAllBytesAsync(folder["a.json"], Token));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_dangling_link_counts_as_a_file_that_is_there()
    {
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder["a.json"], folder["nowhere"]);

        await Assert.ThrowsAsync<StateConflictException>(() => WriteAsync(folder["a.json"], [2]));

        Assert.False(File.Exists(folder["nowhere"]));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_an_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder["a"], [1]);

        StateStorageException e = await Assert.ThrowsAsync<StateStorageException>(() => WriteAsync(Path.Combine(folder["a"], "b.json"), [2]));

        Assert.Contains(Path.Combine(folder["a"], "b.json"), e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task A_full_disk_is_named_with_what_to_do_and_nothing_stays()
    {
        // /dev/full answers every write with "no space left on device".
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        await using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write);
        IOException cause = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await full.WriteAsync(new byte[100_000], Token);
            await full.FlushAsync(Token);
        });

        StateStorageException e = FileFailure.Of("cannot write /x/y", cause);

        Assert.Equal("cannot write /x/y: the disk is full", e.Message);
        Assert.Contains("backup cleanup", e.Hint, StringComparison.Ordinal);
        Assert.False(e.OutcomeUnknown);
        Assert.True(FileFailure.Of("cannot write /x/y", cause, outcomeUnknown: true).OutcomeUnknown);
        Assert.True(FileFailure.Of("cannot write /x/y", new UnauthorizedAccessException(), outcomeUnknown: true).OutcomeUnknown);
    }

    [Fact]
    public async Task A_file_cannot_be_completed_or_written_twice()
    {
        using TemporaryFolder folder = new();
        await using PublishedFile file = PublishedFile.Begin(folder["a.json"]);
        await file.CompleteAsync(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => file.CompleteAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await file.WriteAsync(new byte[1], Token));
    }

    [Fact]
    public async Task A_file_that_somebody_shortens_while_it_is_written_is_not_published()
    {
        using TemporaryFolder folder = new();
        await using (PublishedFile file = PublishedFile.Begin(folder["a.json"]))
        {
            await file.WriteAsync(new byte[10], Token);
            Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let others write to it.");
            string temporary = Assert.Single(Directory.GetFiles(folder.Path));
            Assert.Equal(0, await ShellAsync($"truncate -s 4 {temporary}"));

            Assert.Contains("4 bytes", (await Assert.ThrowsAsync<StateStorageException>(() => file.CompleteAsync(Token))).Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static async Task WriteAsync(string path, byte[] bytes)
    {
        await using PublishedFile file = PublishedFile.Begin(path);
        await file.WriteAsync(bytes, Token);
        await file.CompleteAsync(Token);
    }

    /// <summary>The disk, but for one folder and those above it, which cannot be flushed.</summary>
    private sealed class Unreadable(string folder) : IFileEffects
    {
        public int Refused { get; private set; }

        public SafeFileHandle Create(string path) => DiskEffects.Instance.Create(path);

        public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => DiskEffects.Instance.Write(file, bytes, offset);

        public void Flush(SafeFileHandle file) => DiskEffects.Instance.Flush(file);

        public bool TryRename(string from, string to) => DiskEffects.Instance.TryRename(from, to);

        public void Delete(string path) => DiskEffects.Instance.Delete(path);

        public void CreateFolder(string path) => DiskEffects.Instance.CreateFolder(path);

        public void FlushFolder(string path)
        {
            if (folder.StartsWith(path, StringComparison.Ordinal))
            {
                Refused++;
                throw new UnauthorizedAccessException();
            }

            DiskEffects.Instance.FlushFolder(path);
        }
    }

    private static async Task<int> ShellAsync(string command)
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("sh", ["-c", command]);
        await process.WaitForExitAsync(Token);
        return process.ExitCode;
    }
}
