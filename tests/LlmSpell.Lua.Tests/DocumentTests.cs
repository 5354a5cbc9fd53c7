using System.Text;
using LlmSpell.Backup;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests;

/// <summary>docs/lua-api.md prints what it says.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void The_examples_of_the_Lua_page_print_what_it_says()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "lua-api.md"));
        StringBuilder code = new();
        List<string> expected = [];
        bool inside = false;
        foreach (string line in page.Split('\n'))
        {
            bool fence = line.StartsWith("```", StringComparison.Ordinal);
            inside = fence ? line == "```lua" : inside;
            if (!inside || fence)
            {
                continue;
            }

            code.Append(line).Append('\n');
            int result = line.IndexOf("--> ", StringComparison.Ordinal);
            if (result >= 0)
            {
                expected.Add(line[(result + 4)..]);
            }
        }

        Assert.NotEmpty(expected);
        using TemporaryFolder folder = new();
        using StateStore store = new(new MemoryBackend());
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = output,
            Store = () => store,
            Backups = new BackupService(() => store, new FolderStorage(folder["backups"])),
        });
        host.RunString(code.ToString(), "lua-api.md");

        Assert.Equal(expected, Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n'));
    }
}
