using System.Diagnostics;
using LlmSpell.Backup.Tests.Operations;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests;

public sealed class FolderStorageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_folder_looks_as_documented()
    {
        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder["backups"]);
        BackupRepository repository = await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Token);
        ManifestLayer layer;
        using (await repository.LockLayersSharedAsync(Token))
        {
            layer = await TestLayers.WriteAsync(storage, [new("s", "k", 1, [1])], LayerCodec.Zstd, id: "one");
            await repository.PublishAsync(ordinal => TestManifests.Full with { Ordinal = ordinal, Entries = 1, Layers = [layer] }, Token);
        }

        Assert.Equal(
            ["layers/one.index", "layers/one.msgpack.zst", "lock", "manifests/20260101-120000-aaaaaaaa.json", "publish.lock", "repository.json"],
            Directory.GetFiles(storage.Location, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(storage.Location, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal(new SweepReport(0, 0, null), await repository.SweepAsync(Token));
    }

    [Theory]
    [InlineData("backups", "")]
    [InlineData("backups", "layers")]
    [InlineData("backups/layers", "layers")]
    public async Task A_file_where_a_folder_should_be_is_an_error_and_no_empty_folder(string file, string listed)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
        await File.WriteAllTextAsync(folder[file], "something else", Token);

        StateStorageException error = await Assert.ThrowsAsync<StateStorageException>(() => new FolderStorage(folder["backups"]).ListAsync(listed, Token));
        Assert.Contains($"{folder[file]} is a file where a folder of backups should be", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_pipe_in_the_place_of_a_manifest_is_damage_and_nobody_waits_for_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs mkfifo");
        using BackupFixture fixture = new();
        fixture.Store.Save(("s", "k"), 1);
        BackupSummary whole = await fixture.CreateAsync();
        string pipe = Path.Combine(fixture.RepositoryFolder, "manifests", "20260102-030405-abcdefgh.json");
        using (Process make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(Token);
        }

        BackupListing listing = await fixture.Service.ListAsync(Token);
        Assert.Equal(whole.Id, Assert.Single(listing.Backups).Id);
        Assert.IsType<BackupDamagedException>(Assert.Single(listing.Damaged).Problem);
        fixture.Store.Save(("s", "k"), 2);
        Assert.True((await fixture.CreateAsync(incremental: true)).IsIncremental);
    }

    [Fact]
    public async Task A_link_that_leads_elsewhere_meanwhile_does_not_part_the_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["real"]);
        Directory.CreateDirectory(folder["elsewhere"]);
        Directory.CreateSymbolicLink(folder["link"], folder["real"]);
        FolderStorage storage = new(folder["link/backups"]);
        await PutAsync(storage, "layers/a.index");
        Directory.Delete(folder["link"]);
        Directory.CreateSymbolicLink(folder["link"], folder["elsewhere"]);

        await PutAsync(storage, "layers/b.index");

        Assert.Equal(["layers/a.index", "layers/b.index"], (await storage.ListAsync("layers", Token)).Select(entry => entry.Path).Order(StringComparer.Ordinal));
        Assert.Equal(folder["real/backups"], storage.Location);
        Assert.Empty(Directory.GetFileSystemEntries(folder["elsewhere"]));
    }

    [Fact]
    public async Task The_sweep_removes_what_a_dead_process_left()
    {
        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder.Path);
        BackupRepository repository = await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Token);
        IRepositoryUpload abandoned = await storage.BeginPutAsync("layers/a.index", Token);
        await abandoned.WriteAsync(new byte[100], Token);
        await TestLayers.WriteAsync(storage, [new("s", "k", 1, [1])], id: "orphan");

        SweepReport report = await repository.SweepAsync(Token);

        Assert.Equal(3, report.Files);
        Assert.Empty(Directory.GetFiles(folder["layers"]));
        await abandoned.DisposeAsync();
    }

    [Fact]
    public async Task A_lock_ends_with_the_process_that_held_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "There is no flock command here.");
        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder.Path);
        (await storage.TryLockAsync(RepositoryLock.Layers, exclusive: false, Token))!.Dispose();
        using System.Diagnostics.Process holder = new()
        {
            StartInfo = new("flock", ["-o", "-x", folder["lock"], "-c", "echo held; read line"]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        holder.Start();
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Token));

        Assert.Null(await storage.TryLockAsync(RepositoryLock.Layers, exclusive: false, Token));
        holder.Kill();
        await holder.WaitForExitAsync(Token);
        using IDisposable? taken = await storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token);

        Assert.NotNull(taken);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_to_is_read_without_a_lock()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("This user may write everywhere: run the tests without privileges to see this one.");
            return;
        }

        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder.Path);
        await TestLayers.WriteAsync(storage, [new("s", "k", 1, [1])], id: "one");
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        using (IDisposable? shared = await storage.TryLockAsync(RepositoryLock.Layers, exclusive: false, Token))
        {
            Assert.NotNull(shared);
        }

        await Assert.ThrowsAsync<StateStorageException>(() => storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token));
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Of_a_link_the_length_is_listed_that_opening_it_gives()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows makes links for administrators only.");
            return;
        }

        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder["backups"]);
        ManifestLayer layer = await TestLayers.WriteAsync(storage, [new("s", "k", 1, [1])], LayerCodec.Zstd, id: "one");
        string[] files = [.. RepositoryPaths.LayerFiles([layer]).Select(path => Path.Combine(storage.Location, path))];
        foreach (string file in files)
        {
            string elsewhere = folder[Path.GetFileName(file)];
            File.Move(file, elsewhere);
            File.CreateSymbolicLink(file, elsewhere);
        }

        Assert.True((await LayerFileSet.ListAsync(storage, Token)).Holds(layer));

        // One that leads to nothing is no file, and one that leads in a circle keeps no other from being listed.
        File.Delete(folder[Path.GetFileName(files[0])]);
        File.CreateSymbolicLink(Path.Combine(storage.Location, "layers", "a.index"), "a.index");
        Assert.Equal(["layers/a.index", "layers/one.index"], (await storage.ListAsync("layers", Token)).Select(static file => file.Path).Order(StringComparer.Ordinal));
        Assert.Contains("is missing", (await LayerFileSet.ListAsync(storage, Token)).FindDamage(layer)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_a_folder_is_an_error_that_names_it()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["repository.json"]);

        StateStorageException e = await Assert.ThrowsAsync<StateStorageException>(() => new FolderStorage(folder.Path).OpenAsync("repository.json", Token));

        Assert.Contains(folder["repository.json"], e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_the_right_that_was_missing()
    {
        // .NET refuses to open a folder as it does a file that this user has no right to; so this holds for a user with all rights too.
        using TemporaryFolder folder = new();
        FolderStorage storage = new(folder.Path);
        Directory.CreateDirectory(folder["repository.json"]);
        Directory.CreateDirectory(folder["lock"]);

        StateStorageException read = await Assert.ThrowsAsync<StateStorageException>(() => storage.OpenAsync("repository.json", Token));
        StateStorageException write = await Assert.ThrowsAsync<StateStorageException>(
            () => storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token));

        Assert.Contains("the right to read there", read.Hint, StringComparison.Ordinal);
        Assert.Contains("the right to write there", write.Hint, StringComparison.Ordinal);
    }

    private static async Task PutAsync(FolderStorage storage, string path)
    {
        await using IRepositoryUpload upload = await storage.BeginPutAsync(path, Token);
        await upload.CompleteAsync(Token);
    }
}
