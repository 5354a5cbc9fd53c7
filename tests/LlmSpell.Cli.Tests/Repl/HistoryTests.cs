using LlmSpell.Cli.Repl.History;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Repl;

public sealed class HistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inputs_of_any_kind_come_back_in_their_order()
    {
        string[] inputs = ["x = 1", "f(\n  \"a\\nb\\\\\"\n)", "日本 \\", "tab\there"];
        HistoryFile file = Open();
        foreach (string input in inputs)
        {
            file.Append(input);
        }

        Assert.Equal(inputs, Entries());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Only_the_user_can_read_the_file_and_its_new_folder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("modes are of Unix");
            return;
        }

        new HistoryFile(_folder["state/llmspell/history"], TimeProvider.System, _warnings.Add).Append("secret");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["state/llmspell/history"]));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["state/llmspell"]));
    }

    [Fact]
    public void An_input_that_comes_again_stands_once_at_the_end_and_the_file_shrinks()
    {
        HistoryFile file = Open();
        file.Append("a");
        file.Append("b");
        file.Append("a");

        Assert.Equal(["b", "a"], Entries());
        Assert.Equal("b\na\n", File.ReadAllText(_folder["history"]));
    }

    [Fact]
    public void The_newest_thousand_stay()
    {
        File.WriteAllLines(_folder["history"], Enumerable.Range(1, 1500).Select(number => $"input {number}"));

        Assert.Equal(Enumerable.Range(501, 1000).Select(number => $"input {number}"), Entries());
        Assert.Equal(1000, File.ReadAllLines(_folder["history"]).Length);
    }

    [Fact]
    public async Task Two_sessions_at_once_lose_nothing()
    {
        Task[] sessions = [.. Enumerable.Range(0, 2).Select(session => Task.Run(() =>
        {
            HistoryFile file = Open();
            for (int number = 0; number < 200; number++)
            {
                file.Append($"session {session} input {number}");
                if (number % 50 == 0)
                {
                    file.Append("again");
                    file.Load();
                }
            }
        }))];
        await Task.WhenAll(sessions);

        string[] entries = Entries();
        Assert.Empty(_warnings);
        Assert.Equal(401, entries.Length);
        Assert.All([0, 1], session => Assert.Equal(
            Enumerable.Range(0, 200).Select(number => $"session {session} input {number}"),
            entries.Where(entry => entry.StartsWith($"session {session}", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_history_that_cannot_be_kept_is_told_once()
    {
        _folder.Write("file", "");
        var file = new HistoryFile(_folder["file/history"], TimeProvider.System, _warnings.Add);
        file.Append("a");
        file.Append("b");

        Assert.Contains(_folder["file/history"], Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Pasted_data_is_not_kept()
    {
        Open().Append(new string('x', 20_000));

        Assert.Empty(Entries());
    }

    [Theory]
    [InlineData("/named", "LLMSPELL_HISTORY=/named", "HOME=/h")]
    [InlineData("/home/ada/named", "LLMSPELL_HISTORY=named")]
    [InlineData(null, "LLMSPELL_HISTORY=", "HOME=/h")]
    [InlineData("/s/llmspell/history", "XDG_STATE_HOME=/s", "HOME=/h")]
    [InlineData("/h/.local/state/llmspell/history", "XDG_STATE_HOME=relative", "HOME=/h")]
    [InlineData("/h/.local/state/llmspell/history", "HOME=/h")]
    [InlineData(null)]
    public void The_environment_says_where_it_is(string? expected, params string[] environment)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the paths are of Unix");
        }

        Dictionary<string, string> variables = environment.Select(variable => variable.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Assert.Equal(expected, HistoryLocation.Find(variables.GetValueOrDefault, "/home/ada"));
    }

    private HistoryFile Open() => new(_folder["history"], TimeProvider.System, _warnings.Add);

    private string[] Entries()
    {
        HistoryList list = Open().Load();
        return [.. Enumerable.Range(0, list.Count).Select(index => list[index])];
    }
}
