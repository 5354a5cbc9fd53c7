using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class RepositoryCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Check_repair_and_copy_bring_a_damaged_repository_back_from_the_second_place()
    {
        (string first, string second) = await PrepareAsync();
        Assert.StartsWith($"{Folder("backups")} is whole: 2 backups\n", (await _fixture.RunAsync("repository", "check")).Done().Output, StringComparison.Ordinal);
        (await _fixture.RunAsync("repository", "copy", "--to", "second")).Done();
        string layer = await DamageAsync(first);

        CommandOutcome check = await _fixture.RunAsync("repository", "check");
        Assert.Equal(5, check.Code);
        Assert.Contains("0 of 2 backups can be restored", check.Output, StringComparison.Ordinal);
        Assert.Contains(layer, check.Error, StringComparison.Ordinal);
        Assert.Contains("2 backups are lost", check.Error, StringComparison.Ordinal);
        JsonElement json = (await _fixture.RunAsync("repository", "check", "--output", "json")).Json;
        JsonShape.AssertAsDocumented("repository check", json);
        Assert.Equal([first, second], json.GetProperty("damage")[0].GetProperty("affected").EnumerateArray().Select(id => id.GetString()));

        string plan = (await _fixture.RunAsync("repository", "repair", "--dry-run")).Done().Output;
        Assert.Contains($"would be given up: {first}\n", plan, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder("backups/damaged")));
        json = (await _fixture.RunAsync("repository", "repair", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("repository repair", json);
        Assert.True(File.Exists(Folder($"backups/{json.GetProperty("folder").GetString()}/layers/{layer}")));
        Assert.Contains("needs no repair: 0 whole backups", (await _fixture.RunAsync("repository", "repair")).Done().Output, StringComparison.Ordinal);

        _fixture.Write("second.toml", "[runtime.state_persistence.backup]\nbackup_dir = \"second\"\n");
        json = (await _fixture.RunAsync("-c", "second.toml", "repository", "copy", "--to", "backups", "--all", "--output", "json")).Done().Json;
        JsonShape.AssertAsDocumented("repository copy", json);
        Assert.Equal(2, json.GetProperty("copied").GetArrayLength());
        Assert.Contains("is whole: 2 backups", (await _fixture.RunAsync("repository", "check")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_names_what_is_damaged_copies_the_rest_and_ends_with_5()
    {
        (string first, _) = await PrepareAsync();
        string third = (await _fixture.RunAsync("backup", "create")).Done().Output.Trim();
        await DamageAsync(first);

        CommandOutcome text = await _fixture.RunAsync("repository", "copy", "--to", "second");

        Assert.Equal(5, text.Code);
        Assert.Contains($"copied: {third}\n", text.Output, StringComparison.Ordinal);
        Assert.Contains($"{first} was not copied", text.Error, StringComparison.Ordinal);
        JsonShape.AssertAsDocumented("repository copy", (await _fixture.RunAsync("repository", "copy", "--to", "second", "--output", "json")).Json);
    }

    [Fact]
    public async Task Copy_of_the_newest_or_of_one_brings_only_that()
    {
        (string first, string second) = await PrepareAsync();

        Assert.StartsWith($"copied: {second}\n", (await _fixture.RunAsync("repository", "copy", "--to", "a", "--newest")).Done().Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Folder("a/manifests")));
        Assert.StartsWith($"copied: {first}\n", (await _fixture.RunAsync("repository", "copy", "--to", "b", first)).Done().Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Folder("b/manifests")));
        (await _fixture.RunAsync("repository", "copy", "--to", "c", "no-such-id")).FailedWith(4);
    }

    [Theory]
    [InlineData("the repository itself", "--to", "backups")]
    [InlineData("lies inside of the repository", "--to", "backups/copy")]
    [InlineData("lies inside of ", "--to", ".")]
    [InlineData("holds a state", "--to", ".llmspell")]
    [InlineData("lies inside of the repository", "--to", "second/copy")]
    [InlineData("lies inside of the repository", "--to", "second/layers/copy")]
    [InlineData("--to is empty", "--to", "")]
    [InlineData("exclude each other", "--to", "a", "--newest", "--all")]
    [InlineData("exclude each other", "--to", "a", "--newest", "latest")]
    [InlineData("--to", "--newest")]
    public async Task Copy_refuses_nonsense(string because, params string[] arguments)
    {
        await PrepareAsync();
        (await _fixture.RunAsync("repository", "copy", "--to", "second", "--newest")).Done();

        Assert.Contains(because, (await _fixture.RunAsync(["repository", "copy", .. arguments])).FailedWith(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_of_nothing_says_where_there_is_nothing()
    {
        CommandOutcome outcome = (await _fixture.RunAsync("repository", "copy", "--to", "second")).Done();

        Assert.Equal($"llmspell: no backups in {Folder("backups")} yet\n", outcome.Error);
    }

    [Fact]
    public async Task A_second_place_that_cannot_be_written_is_told_of_the_option_and_not_of_the_own_backups()
    {
        if (!OperatingSystem.IsLinux() || Directory.Exists("/sys/llmspell-second"))
        {
            Assert.Skip("needs a folder that not even root can write to");
        }

        await PrepareAsync();

        string error = (await _fixture.RunAsync("repository", "copy", "--to", "/sys/llmspell-second")).FailedWith(7);

        Assert.Contains("/sys/llmspell-second", error, StringComparison.Ordinal);
        Assert.Contains("--to", error, StringComparison.Ordinal);
        Assert.DoesNotContain("backup_dir", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_repository_is_there_is_nothing_to_check_or_repair()
    {
        (await _fixture.RunAsync("repository", "check")).FailedWith(4);
        (await _fixture.RunAsync("repository", "repair")).FailedWith(4);
    }

    private string Folder(string path) => Path.Combine(_fixture.Folder, path);

    private async Task<(string First, string Second)> PrepareAsync()
    {
        _fixture.Save("global", "a", 1L);
        string first = (await _fixture.RunAsync("backup", "create")).Done().Output.Trim();
        _fixture.Save("global", "b", 2L);
        return (first, (await _fixture.RunAsync("backup", "create", "--incremental")).Done().Output.Trim());
    }

    /// <summary>Changes a byte of the layer that a full backup wrote; returns the file's name.</summary>
    private async Task<string> DamageAsync(string id)
    {
        JsonElement backup = (await _fixture.RunAsync("backup", "show", id, "--output", "json")).Done().Json.GetProperty("backup");
        string layer = Folder($"backups/layers/{backup.GetProperty("layers")[0].GetProperty("id").GetString()}.msgpack.zst");
        byte[] bytes = await File.ReadAllBytesAsync(layer, Cancel);
        bytes[^5] ^= 1;
        await File.WriteAllBytesAsync(layer, bytes, Cancel);
        return Path.GetFileName(layer);
    }
}
