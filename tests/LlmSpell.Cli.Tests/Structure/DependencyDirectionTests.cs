using System.Reflection;
using System.Xml.Linq;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Structure;

/// <summary>Cli → Lua → Backup → State; each backend → State; only Cli names backends.</summary>
public sealed class DependencyDirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["LlmSpell.State"] = [],
        ["LlmSpell.State.RocksDb"] = ["LlmSpell.State"],
        ["LlmSpell.State.Sqlite"] = ["LlmSpell.State"],
        ["LlmSpell.Backup"] = ["LlmSpell.State"],
        ["LlmSpell.Lua"] = ["LlmSpell.Backup", "LlmSpell.State"],
        ["LlmSpell.Cli"] = ["LlmSpell.Lua", "LlmSpell.Backup", "LlmSpell.State", "LlmSpell.State.RocksDb", "LlmSpell.State.Sqlite"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_has_its_place()
    {
        string[] found = [.. Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_point_down(string project)
    {
        string file = Path.Combine(SourceTree.Root, "src", project, project + ".csproj");
        IEnumerable<string> references = XDocument.Load(file)
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Subset(Allowed[project].ToHashSet(), references.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_the_compiler_linked_points_down(string project)
    {
        Assembly assembly = Assembly.Load(project == "LlmSpell.Cli" ? "llmspell" : project);
        IEnumerable<string> references = assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith("LlmSpell", StringComparison.Ordinal));
        Assert.Subset(Allowed[project].ToHashSet(), references.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Public_classes_are_sealed_unless_they_are_errors_to_derive_from(string project)
    {
        Assembly assembly = Assembly.Load(project == "LlmSpell.Cli" ? "llmspell" : project);
        IEnumerable<string> open = assembly.GetExportedTypes()
            .Where(type => type.IsClass && !type.IsSealed && !typeof(Exception).IsAssignableFrom(type))
            .Select(type => type.FullName!);
        Assert.Empty(open);
    }
}
