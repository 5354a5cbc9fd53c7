using System.Text;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class RememberedValidationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_newest_validation_is_listed_and_the_only_one_that_is_kept()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupId id = repository.Backups[0].Id;
        Assert.True((await repository.Service.GetAsync(id.Value, Cancel)).Validation is { IsWhole: true, Depth: ValidationDepth.Readable, Errors: 0 });

        await repository.Service.ValidateManyAsync(new ValidationRequest { Depth = ValidationDepth.Restored }, null, Cancel);
        IReadOnlyList<BackupSummary> listed = (await repository.Service.ListAsync(Cancel)).Backups;
        Assert.All(listed, backup => Assert.Equal(ValidationDepth.Restored, backup.Validation!.Depth));
        Assert.Equal(ToolVersion.Text, listed[0].Validation!.Tool);
        Assert.Equal(listed.Count, Files(repository).Length);
        Assert.Contains($"validations/{id}.2.json", Files(repository));

        string data = RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd);
        repository.Storage.Files[data][^1] ^= 1;
        ValidationReport report = await repository.Service.ValidateAsync(id.Value, Cancel);
        Assert.Null(report.NotRemembered);
        Assert.True((await repository.Service.GetAsync(id.Value, Cancel)).Validation is { IsWhole: false, Depth: ValidationDepth.Readable, Errors: 1 });
    }

    [Fact]
    public async Task No_incremental_is_built_on_layers_that_a_validation_found_damaged()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary full = await fixture.CreateAsync();
        fixture.Store.Save(("global", "b"), 2);
        BackupSummary incremental = await fixture.CreateAsync(incremental: true);
        Assert.True(incremental.IsIncremental);
        ManifestLayer layer = full.Manifest.Layers[0];
        string data = Path.Combine(fixture.RepositoryFolder, RepositoryPaths.LayerData(layer.Id, layer.Codec));
        byte[] bytes = await File.ReadAllBytesAsync(data, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(data, bytes, Cancel);
        Assert.False((await fixture.Service.ValidateAsync(full.Id.Value, Cancel)).IsValid);

        // The one that was validated is not the parent, but the parent has its layers.
        BackupSummary next = await fixture.CreateAsync(incremental: true);
        Assert.False(next.IsIncremental);
        Assert.Contains(full.Id.Value, next.Manifest.Reason, StringComparison.Ordinal);
        Assert.True((await fixture.CreateAsync(incremental: true)).IsIncremental);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(next.Id));
    }

    [Fact]
    public async Task A_look_that_reads_nothing_does_not_make_it_forget_a_damage_that_reading_found()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupId id = repository.Backups[0].Id;
        string data = RepositoryPaths.LayerData(repository.Backups[0].Layers[0].Id, LayerCodec.Zstd);
        byte[] bytes = repository.Storage.Files[data];
        bytes[^1] ^= 1;
        Assert.False((await repository.Service.ValidateAsync(id.Value, Cancel)).IsValid);

        ValidationRequest look = new() { Depth = ValidationDepth.Present };
        Assert.True((await repository.Service.ValidateManyAsync(look, null, Cancel)).IsValid);
        Assert.True((await repository.Service.GetAsync(id.Value, Cancel)).Validation is { IsWhole: false, Depth: ValidationDepth.Readable });

        // Only reading it again does. What a look has found, a look disproves.
        bytes[^1] ^= 1;
        await repository.Service.ValidateAsync(id.Value, Cancel);
        repository.Storage.Files.TryRemove(data, out _);
        Assert.False((await repository.Service.ValidateManyAsync(look, null, Cancel)).IsValid);
        repository.Storage.Files[data] = bytes;
        Assert.True((await repository.Service.ValidateManyAsync(look, null, Cancel)).IsValid);
        Assert.True((await repository.Service.GetAsync(id.Value, Cancel)).Validation is { IsWhole: true, Depth: ValidationDepth.Present });
    }

    [Fact]
    public async Task A_repository_that_cannot_be_written_to_is_validated_and_says_that_it_does_not_remember()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        string[] before = Files(repository);

        ValidationResult result = await repository.ServiceOn(new ReadOnlyStorage(repository.Storage)).ValidateManyAsync(new ValidationRequest(), null, Cancel);

        Assert.True(result.IsValid);
        Assert.Contains("read-only", result.NotRemembered, StringComparison.Ordinal);
        Assert.All(result.Backups, report => Assert.Equal(result.NotRemembered, report.NotRemembered));
        Assert.Equal(before, Files(repository));
    }

    [Fact]
    public async Task A_memory_that_cannot_be_read_counts_as_none_and_is_replaced_by_the_next()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupId id = repository.Backups[0].Id;
        repository.Storage.Files[$"validations/{id}.1.json"][5] ^= 1;
        repository.Storage.Files["validations/strange.txt"] = [1];

        Assert.Null((await repository.Service.GetAsync(id.Value, Cancel)).Validation);
        Assert.Equal(4, (await repository.Service.ListAsync(Cancel)).Backups.Count);
        await repository.Service.ValidateAsync(id.Value, Cancel);
        Assert.NotNull((await repository.Service.GetAsync(id.Value, Cancel)).Validation);
        Assert.Equal([$"validations/{id}.2.json", "validations/strange.txt"], Files(repository));
    }

    [Fact]
    public async Task The_sweep_removes_what_is_remembered_of_backups_that_are_gone_and_what_was_replaced()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        await repository.Service.ValidateManyAsync(new ValidationRequest(), null, Cancel);
        (BackupId gone, BackupId there) = (repository.Backups[2].Id, repository.Backups[3].Id);
        repository.Storage.Files.TryRemove(RepositoryPaths.Manifest(gone), out _);
        repository.Storage.Files[$"validations/{there}.7.json"] = repository.Storage.Files[$"validations/{there}.1.json"];
        repository.Storage.Files["damaged/20260101-000000/validations/x.json"] = [1];

        await repository.Service.CleanupAsync(new CleanupRequest(), Cancel);

        Assert.Equal(3, Files(repository).Length);
        Assert.Contains($"validations/{there}.7.json", Files(repository));
        Assert.DoesNotContain(Files(repository), file => file.Contains(gone.Value, StringComparison.Ordinal));
        Assert.True(repository.Storage.Files.ContainsKey("damaged/20260101-000000/validations/x.json"));
    }

    [Fact]
    public async Task Whatever_fails_while_it_is_remembered_the_result_counts()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        for (int failAt = 1; ; failAt++)
        {
            MemoryStorage storage = repository.Storage.Copy();
            FaultyStorage faulty = new(storage, failAt);
            ValidationReport? report = null;
            Exception? failure = await Record.ExceptionAsync(
                async () => report = await repository.ServiceOn(faulty).ValidateAsync(repository.Backups[0].Id.Value, Cancel));
            if (!faulty.HasFailed)
            {
                Assert.Null(report!.NotRemembered);
                return;
            }

            bool isMemory = faulty.Operations.Take(failAt).Contains("lock Publish exclusive");
            Assert.True(failure is null || !isMemory, failure?.ToString());
            Assert.Equal(isMemory ? faulty.Failure.Message : null, report?.NotRemembered);
            Assert.True((await repository.ServiceOn(storage).ListAsync(Cancel)).Backups[0].Validation!.IsWhole);
        }
    }

    [Theory]
    [InlineData("\"depth\":\"readable\"", "\"depth\":\"thorough\"")]
    [InlineData("\"outcome\":\"whole\"", "\"outcome\":\"fine\"")]
    [InlineData("\"errors\":0", "\"errors\":-1")]
    [InlineData("\"type\":\"llmspell-validation\"", "\"type\":\"llmspell-pin\"")]
    [InlineData("\"backup\":\"b-1\"", "\"backup\":\"b-2\"")]
    public void A_sealed_file_that_is_no_validation_of_its_backup_is_refused(string was, string becomes)
    {
        _ = BackupId.TryParse("b-1", out BackupId id);
        RememberedValidation validation = new(id, 5, ValidationDepth.Readable, IsWhole: true, 0, "llmspell 1");
        byte[] bytes = ValidationJson.Write(validation);
        Assert.Equal(validation, ValidationJson.Read("f", id, bytes));

        string line = Encoding.UTF8.GetString(bytes).Split('\n')[0];
        Assert.Contains(was, line, StringComparison.Ordinal);
        byte[] changed = SealedJson.Seal(Encoding.UTF8.GetBytes(line.Replace(was, becomes, StringComparison.Ordinal)));
        Assert.Throws<BackupDamagedException>(() => ValidationJson.Read("f", id, changed));
    }

    private static string[] Files(SmallRepository repository) =>
        [.. repository.Storage.Files.Keys.Where(static path => path.StartsWith("validations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
