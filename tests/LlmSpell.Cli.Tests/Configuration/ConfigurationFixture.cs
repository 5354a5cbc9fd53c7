using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Configuration;

/// <summary>A working folder with an environment of its own.</summary>
public sealed class ConfigurationFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Dictionary<string, string> Environment { get; } = [];

    public string Folder => _folder.Path;

    public string Write(string name, string text) => _folder.Write(name, text);

    internal LlmSpellConfiguration Load(string? namedFile = null) =>
        ConfigurationLoader.Load(new ConfigurationRequest(namedFile, Folder, Environment.GetValueOrDefault));

    internal LlmSpellConfiguration LoadText(string text)
    {
        Write("llmspell.toml", text);
        return Load();
    }

    /// <summary>The problems of a text that must not load.</summary>
    internal IReadOnlyList<ConfigurationProblem> ProblemsOf(string text) =>
        Assert.Throws<ConfigurationException>(() => LoadText(text)).Problems;

    /// <summary>The only problem of a text that must not load.</summary>
    internal ConfigurationProblem ProblemOf(string text) => Assert.Single(ProblemsOf(text));

    public void Dispose() => _folder.Dispose();
}
