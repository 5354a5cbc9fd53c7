namespace LlmSpell.Backup.Tests.Operations.Retention;

public sealed class LabelTests
{
    [Fact]
    public async Task Labels_stand_in_the_manifest()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        Dictionary<string, string> labels = new() { ["env"] = "prod", ["job.name_1-a"] = "nächtlich = 🎉", ["empty"] = "" };
        BackupSummary created = (await fixture.Service.CreateAsync(new CreateRequest { Labels = labels }, TestContext.Current.CancellationToken)).Backup;
        BackupSummary read = await fixture.Service.GetAsync(created.Id.Value, TestContext.Current.CancellationToken);
        Assert.Equal(labels.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))), read.Manifest.Labels);
    }

    [Fact]
    public async Task What_comes_into_the_callers_dictionary_later_is_no_label()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        Dictionary<string, string> labels = new() { ["env"] = "prod" };
        CreateRequest request = new() { Labels = labels };
        labels["No name"] = "\ud800";

        BackupSummary created = (await fixture.Service.CreateAsync(request, TestContext.Current.CancellationToken)).Backup;

        BackupSummary read = await fixture.Service.GetAsync(created.Id.Value, TestContext.Current.CancellationToken);
        Assert.Equal([KeyValuePair.Create("env", "prod")], read.Manifest.Labels);
    }

    [Theory]
    [InlineData("", "x", "the name \"\"")]
    [InlineData("Env", "x", "the name \"Env\"")]
    [InlineData("a b", "x", "the name \"a b\"")]
    public void What_is_no_label_is_refused(string name, string value, string problem)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new CreateRequest { Labels = new Dictionary<string, string> { [name] = value } });
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_have_their_limits()
    {
        Dictionary<string, string> most = Enumerable.Range(0, 32).ToDictionary(i => new string('a', 62) + i.ToString("00", null), _ => new string('ü', 128));
        Assert.Null(BackupLabels.FindProblem(most));
        Assert.Contains("at most 32", BackupLabels.FindProblem(new Dictionary<string, string>(most) { ["b"] = "" }), StringComparison.Ordinal);
        Assert.Contains("257 bytes", BackupLabels.FindProblem(new Dictionary<string, string> { ["b"] = new string('ü', 128) + "x" }), StringComparison.Ordinal);
        Assert.Contains("not valid Unicode", BackupLabels.FindProblem(new Dictionary<string, string> { ["b"] = "\ud800" }), StringComparison.Ordinal);
        Assert.Contains("1 to 64", BackupLabels.FindProblem(new Dictionary<string, string> { [new string('a', 65)] = "" }), StringComparison.Ordinal);
    }
}
