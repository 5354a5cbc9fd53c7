using LlmSpell.Backup;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Repositories;

/// <summary>What every place for a repository must do. A test project derives from it once for each.</summary>
public abstract class RepositoryStorageContract : IAsyncDisposable
{
    private static readonly byte[] Some = [1, 2, 3, 4, 5];

    /// <summary>The storage under test, empty at first.</summary>
    protected abstract IRepositoryStorage Storage { get; }

    /// <summary>Another user of the same place, as another process would be.</summary>
    protected abstract IRepositoryStorage Other { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task A_file_reads_back_as_it_was_put()
    {
        byte[] bytes = new byte[3_000_000];
        new Random(7).NextBytes(bytes);
        await using (IRepositoryUpload upload = await Storage.BeginPutAsync("layers/a.index", Token))
        {
            await upload.WriteAsync(bytes.AsMemory(0, 1_000_001), Token);
            await upload.WriteAsync(ReadOnlyMemory<byte>.Empty, Token);
            await upload.WriteAsync(bytes.AsMemory(1_000_001), Token);
            await upload.CompleteAsync(Token);
        }

        byte[] read = await ReadAsync(Other, "layers/a.index");
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task An_empty_file_can_be_put()
    {
        await PutAsync(Storage, "manifests/empty.json", []);

        Assert.Empty(await ReadAsync(Other, "manifests/empty.json"));
    }

    [Fact]
    public async Task A_file_that_is_not_there_opens_as_null()
    {
        Assert.Null(await Storage.OpenAsync("repository.json", Token));
        Assert.Null(await Storage.OpenAsync("manifests/none.json", Token));
        await PutAsync(Storage, "manifests/some.json", Some);
        Assert.Null(await Storage.OpenAsync("manifests/none.json", Token));
    }

    [Fact]
    public async Task A_file_does_not_appear_before_it_is_complete()
    {
        await using (IRepositoryUpload upload = await Storage.BeginPutAsync("layers/a.index", Token))
        {
            await upload.WriteAsync(Some, Token);

            Assert.Null(await Other.OpenAsync("layers/a.index", Token));
            Assert.DoesNotContain(await Other.ListAsync("layers", Token), file => file.Path == "layers/a.index");
        }
    }

    [Fact]
    public async Task A_put_that_is_not_completed_leaves_nothing_behind()
    {
        await using (IRepositoryUpload upload = await Storage.BeginPutAsync("layers/a.index", Token))
        {
            await upload.WriteAsync(Some, Token);
        }

        Assert.Empty(await Storage.ListAsync("layers", Token));
        await PutAsync(Storage, "layers/a.index", Some);
        Assert.Equal(Some, await ReadAsync(Storage, "layers/a.index"));
    }

    [Fact]
    public async Task A_file_is_never_replaced()
    {
        await PutAsync(Storage, "manifests/a.json", Some);

        await Assert.ThrowsAsync<StateConflictException>(() => PutAsync(Other, "manifests/a.json", [9]));

        Assert.Equal(Some, await ReadAsync(Storage, "manifests/a.json"));
        Assert.Equal([new RepositoryEntry("manifests/a.json", 5)], await Storage.ListAsync("manifests", Token));
    }

    [Fact]
    public async Task Of_two_that_put_the_same_file_one_wins_and_the_other_is_told()
    {
        await using IRepositoryUpload first = await Storage.BeginPutAsync("manifests/a.json", Token);
        await using IRepositoryUpload second = await Other.BeginPutAsync("manifests/a.json", Token);
        await first.WriteAsync(Some, Token);
        await second.WriteAsync(new byte[] { 9 }, Token);

        await second.CompleteAsync(Token);
        await Assert.ThrowsAsync<StateConflictException>(() => first.CompleteAsync(Token));

        byte[] winner = await ReadAsync(Storage, "manifests/a.json");
        Assert.Equal([9], winner);
    }

    [Fact]
    public async Task Reading_at_an_offset_gives_fewer_bytes_only_at_the_end()
    {
        await PutAsync(Storage, "layers/a.index", Some);
        await using IRepositoryFile file = await Storage.OpenAsync("layers/a.index", Token) ?? throw new InvalidOperationException();
        byte[] buffer = new byte[4];

        Assert.Equal(5, file.Length);
        Assert.Equal(4, await file.ReadAsync(1, buffer, Token));
        Assert.Equal([2, 3, 4, 5], buffer);
        Assert.Equal(2, await file.ReadAsync(3, buffer, Token));
        Assert.Equal([4, 5], buffer[..2]);
        Assert.Equal(0, await file.ReadAsync(5, buffer, Token));
        Assert.Equal(0, await file.ReadAsync(1_000, buffer, Token));
    }

    [Fact]
    public async Task One_open_file_can_be_read_by_many_at_once()
    {
        byte[] bytes = new byte[100_000];
        new Random(8).NextBytes(bytes);
        await PutAsync(Storage, "layers/a.index", bytes);
        await using IRepositoryFile file = await Storage.OpenAsync("layers/a.index", Token) ?? throw new InvalidOperationException();

        await Parallel.ForAsync(0, 100, Token, async (i, token) =>
        {
            byte[] part = new byte[1_000];
            Assert.Equal(part.Length, await file.ReadAsync(i * 1_000, part, token));
            Assert.Equal(bytes[(i * 1_000)..((i * 1_000) + part.Length)], part);
        });
    }

    [Fact]
    public async Task A_listing_has_the_files_of_its_folder_only()
    {
        await PutAsync(Storage, "repository.json", Some);
        await PutAsync(Storage, "manifests/a.json", [1]);
        await PutAsync(Storage, "manifests/b.json", []);
        await PutAsync(Storage, "layers/a.index", Some);

        Assert.Equal(
            [new RepositoryEntry("manifests/a.json", 1), new RepositoryEntry("manifests/b.json", 0)],
            (await Other.ListAsync("manifests", Token)).OrderBy(file => file.Path, StringComparer.Ordinal));
        Assert.Contains(new RepositoryEntry("repository.json", 5), await Other.ListAsync("", Token));
        Assert.DoesNotContain(await Other.ListAsync("", Token), file => file.Path.Contains('/', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_lists_as_empty()
    {
        Assert.Empty(await Storage.ListAsync("", Token));
        Assert.Empty(await Storage.ListAsync("pins", Token));
    }

    [Fact]
    public async Task Deleted_files_are_gone_and_the_others_stay()
    {
        await PutAsync(Storage, "layers/a.index", Some);
        await PutAsync(Storage, "layers/b.index", Some);
        await PutAsync(Storage, "manifests/a.json", Some);

        await Other.DeleteAsync(["layers/a.index", "manifests/a.json"], Token);

        Assert.Equal([new RepositoryEntry("layers/b.index", 5)], await Storage.ListAsync("layers", Token));
        Assert.Empty(await Storage.ListAsync("manifests", Token));
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_no_error()
    {
        await Storage.DeleteAsync([], Token);
        await Storage.DeleteAsync(["layers/a.index", "pins/a.json"], Token);
        await PutAsync(Storage, "layers/b.index", Some);
        await Storage.DeleteAsync(["layers/a.index"], Token);

        Assert.Equal(Some, await ReadAsync(Storage, "layers/b.index"));
    }

    [Fact]
    public async Task A_moved_file_is_there_and_nowhere_else()
    {
        await PutAsync(Storage, "layers/a.index", Some);
        await PutAsync(Storage, "repository.json", [7]);

        Assert.True(await Storage.MoveAsync("layers/a.index", "damaged/20260101-000000/layers/a.index", Token));
        Assert.True(await Other.MoveAsync("repository.json", "damaged/20260101-000000/repository.json", Token));

        Assert.Empty(await Storage.ListAsync("layers", Token));
        Assert.Null(await Storage.OpenAsync("repository.json", Token));
        Assert.Equal(Some, await ReadAsync(Other, "damaged/20260101-000000/layers/a.index"));
        Assert.Equal([7], await ReadAsync(Storage, "damaged/20260101-000000/repository.json"));
    }

    [Fact]
    public async Task Moving_never_replaces_a_file_and_needs_one_to_move()
    {
        await PutAsync(Storage, "layers/a.index", Some);
        await PutAsync(Storage, "damaged/x/layers/a.index", [9]);

        await Assert.ThrowsAsync<StateConflictException>(() => Storage.MoveAsync("layers/a.index", "damaged/x/layers/a.index", Token));
        Assert.False(await Storage.MoveAsync("layers/none.index", "damaged/x/layers/none.index", Token));

        Assert.Equal(Some, await ReadAsync(Storage, "layers/a.index"));
        Assert.Equal([9], await ReadAsync(Storage, "damaged/x/layers/a.index"));
    }

    [Theory]
    [InlineData("damaged/a/b/c/d")]
    [InlineData("damaged/../x/y")]
    [InlineData("../x.json")]
    [InlineData("layers/../../x")]
    [InlineData("layers/..")]
    [InlineData(".")]
    [InlineData("/x.json")]
    [InlineData("layers/a/b")]
    [InlineData("layers/")]
    [InlineData("")]
    [InlineData("layers\\x")]
    public async Task A_path_that_could_lead_elsewhere_is_refused(string path)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Storage.OpenAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Storage.BeginPutAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Storage.DeleteAsync([path], Token));
    }

    [Fact]
    public async Task Shared_locks_go_together_and_keep_an_exclusive_one_out()
    {
        using IDisposable? first = await Storage.TryLockAsync(RepositoryLock.Layers, exclusive: false, Token);
        IDisposable? second = await Other.TryLockAsync(RepositoryLock.Layers, exclusive: false, Token);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.Null(await Other.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token));
        second.Dispose();
        Assert.Null(await Other.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token));
        first.Dispose();
        using IDisposable? third = await Other.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task An_exclusive_lock_keeps_all_others_out_until_it_ends()
    {
        IDisposable? held = await Storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token);

        Assert.NotNull(held);
        Assert.Null(await Storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token));
        Assert.Null(await Other.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token));
        Assert.Null(await Other.TryLockAsync(RepositoryLock.Publish, exclusive: false, Token));
        held.Dispose();
        held.Dispose();
        using IDisposable? next = await Other.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task The_two_locks_have_nothing_to_do_with_each_other()
    {
        using IDisposable? layers = await Storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token);
        using IDisposable? publish = await Other.TryLockAsync(RepositoryLock.Publish, exclusive: true, Token);

        Assert.NotNull(layers);
        Assert.NotNull(publish);
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.BeginPutAsync("layers/a.index", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.ListAsync("layers", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.TryLockAsync(RepositoryLock.Layers, exclusive: true, cancelled));
        using IDisposable? taken = await Other.TryLockAsync(RepositoryLock.Layers, exclusive: true, Token);
        Assert.NotNull(taken);
    }

    private static async Task PutAsync(IRepositoryStorage storage, string path, byte[] bytes)
    {
        await using IRepositoryUpload upload = await storage.BeginPutAsync(path, Token);
        await upload.WriteAsync(bytes, Token);
        await upload.CompleteAsync(Token);
    }

    private static async Task<byte[]> ReadAsync(IRepositoryStorage storage, string path)
    {
        await using IRepositoryFile file = await storage.OpenAsync(path, Token) ?? throw new InvalidOperationException($"{path} is not there");
        byte[] bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, await file.ReadAsync(0, bytes, Token));
        return bytes;
    }
}
