using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Every bit of a small repository, flipped; every file of it, cut at every length.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task Every_flipped_bit_is_found_and_no_restore_of_it_changes_the_state()
    {
        using DamageFixture fixture = await DamageFixture.CreateAsync();
        foreach (string path in fixture.Files)
        {
            byte[] whole = fixture.Read(path);
            for (int bit = 0; bit < whole.Length * 8; bit++)
            {
                byte[] flipped = (byte[])whole.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                fixture.Write(path, flipped);
                await fixture.AssertFoundAsync($"{path}, bit {bit}");
            }

            fixture.Write(path, whole);
        }

        await fixture.AssertWholeAsync();
    }

    [Fact]
    public async Task Every_truncation_is_found_and_no_restore_of_it_changes_the_state()
    {
        using DamageFixture fixture = await DamageFixture.CreateAsync();
        foreach (string path in fixture.Files)
        {
            byte[] whole = fixture.Read(path);
            for (int length = 0; length < whole.Length; length++)
            {
                fixture.Write(path, whole[..length]);
                await fixture.AssertFoundAsync($"{path}, cut at {length}");
            }

            fixture.Write(path, [.. whole, 0]);
            await fixture.AssertFoundAsync($"{path}, one byte longer");
            fixture.Write(path, whole);
        }

        await fixture.AssertWholeAsync();
    }

    [Fact]
    public async Task A_missing_file_is_found_and_named()
    {
        using DamageFixture fixture = await DamageFixture.CreateAsync();
        foreach (string path in fixture.Files.Where(path => path.StartsWith("layers/", StringComparison.Ordinal)))
        {
            byte[] whole = fixture.Read(path);
            fixture.Delete(path);
            ValidationReport report = await fixture.Service.ValidateAsync(fixture.Id, TestContext.Current.CancellationToken);
            Assert.False(report.IsValid);
            Assert.Contains(report.Errors, error => error.File == path);
            await fixture.AssertFoundAsync($"{path}, missing");
            fixture.Write(path, whole);
        }
    }

    [Fact]
    public async Task Two_layers_that_changed_places_are_found()
    {
        using DamageFixture fixture = await DamageFixture.CreateAsync();
        string[] data = [.. fixture.Files.Where(path => path.EndsWith(".zst", StringComparison.Ordinal))];
        Assert.Equal(2, data.Length);
        (byte[] first, byte[] second) = (fixture.Read(data[0]), fixture.Read(data[1]));
        fixture.Write(data[0], second);
        fixture.Write(data[1], first);
        await fixture.AssertFoundAsync("swapped");
    }

    [Fact]
    public async Task Validate_names_every_damaged_layer_and_its_block()
    {
        using DamageFixture fixture = await DamageFixture.CreateAsync();
        string[] data = [.. fixture.Files.Where(path => path.EndsWith(".zst", StringComparison.Ordinal))];
        foreach (string path in data)
        {
            byte[] bytes = fixture.Read(path);
            bytes[^1] ^= 0x40;
            fixture.Write(path, bytes);
        }

        ValidationReport report = await fixture.Service.ValidateAsync(fixture.Id, TestContext.Current.CancellationToken);
        Assert.False(report.ChecksumValid);
        Assert.False(report.IntegrityValid);
        foreach (string path in data)
        {
            Assert.Contains(report.Errors, error => error.File == path && error.Block == 0);
        }
    }

    private sealed class DamageFixture : IDisposable
    {
        private readonly BackupFixture _inner = new(StoreKind.Memory);
        private IReadOnlyList<string> _content = [];

        internal string Id { get; private set; } = "";

        internal BackupService Service => _inner.Service;

        /// <summary>The files that the backup needs; the locks are no content.</summary>
        internal IReadOnlyList<string> Files { get; private set; } = [];

        internal static async Task<DamageFixture> CreateAsync()
        {
            DamageFixture fixture = new();
            StateStore store = fixture._inner.Store;
            store.Save(("global", "name"), "Ada");
            store.Save(("agent:a", "list"), StateValue.Array(1, 2.5, true));
            store.Save(("agent:b", "gone"), "deleted before the second backup");
            await fixture._inner.CreateAsync();
            store.Delete(("agent:b", "gone"));
            store.Save(("global", "name"), "Grace");
            fixture.Id = (await fixture._inner.CreateAsync(incremental: true)).Id.Value;
            store.Save(("global", "present"), "what must stay");
            fixture._content = StateContent.Read(store);

            string root = fixture._inner.RepositoryFolder;
            fixture.Files = [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file))
                .Where(path => path.StartsWith("layers/", StringComparison.Ordinal)
                    || path == "repository.json" || path == $"manifests/{fixture.Id}.json")
                .Order(StringComparer.Ordinal)];
            Assert.Equal(6, fixture.Files.Count);
            return fixture;
        }

        internal byte[] Read(string path) => File.ReadAllBytes(Path.Combine(_inner.RepositoryFolder, path));

        internal void Write(string path, byte[] bytes) => File.WriteAllBytes(Path.Combine(_inner.RepositoryFolder, path), bytes);

        internal void Delete(string path) => File.Delete(Path.Combine(_inner.RepositoryFolder, path));

        internal async Task AssertFoundAsync(string damage)
        {
            try
            {
                ValidationReport report = await Service.ValidateAsync(Id, TestContext.Current.CancellationToken);
                Assert.False(report.IsValid, $"not found by validate: {damage}");
                Assert.NotEmpty(report.Errors);
            }
            catch (StateException)
            {
                // Damage to what opens the repository is an error of its own.
            }

            try
            {
                await Service.RestoreAsync(Id, TestContext.Current.CancellationToken);
                Assert.Fail($"restored in spite of it: {damage}");
            }
            catch (StateException)
            {
                Assert.Equal(_content, StateContent.Read(_inner.Store));
            }
        }

        internal async Task AssertWholeAsync()
        {
            Assert.True((await Service.ValidateAsync(Id, TestContext.Current.CancellationToken)).IsValid);
            await Service.RestoreAsync(Id, TestContext.Current.CancellationToken);
            Assert.Equal("Grace", _inner.Store.Load(("global", "name"))!.AsString());
        }

        public void Dispose() => _inner.Dispose();
    }
}
