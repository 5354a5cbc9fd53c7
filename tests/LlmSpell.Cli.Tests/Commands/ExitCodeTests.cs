using LlmSpell.Backup;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class ExitCodeTests
{
    public static TheoryData<Exception, int> Exceptions => new()
    {
        { new CommandException(ExitCodes.Usage, "m"), 2 },
        { new ConfigurationException([]), 3 },
        { new StateNotFoundException("m"), 4 },
        { new BackupNotFoundException("id", "place"), 4 },
        { new FileNotFoundException("m"), 4 },
        { new BackupDamagedException("layers/x.index", "is cut short", 3), 5 },
        { new StateBusyException("m"), 6 },
        { new StateConflictException("m"), 6 },
        { new StateStorageException("m"), 7 },
        { new StateCorruptException("m"), 7 },
        { new StateUnsupportedException("m"), 7 },
        { new IOException("m"), 7 },
        { new UnauthorizedAccessException("m"), 7 },
        { new TypeInitializationException("signals", new IOException("m")), 7 },
        { new TypeInitializationException("anything", new InvalidOperationException("m")), 70 },
        { new InvalidOperationException("m"), 70 },
        { new OperationCanceledException(), 130 },
        { new TaskCanceledException(), 130 },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Every_kind_of_failure_has_its_code(Exception exception, int code) =>
        Assert.Equal(code, Failure.From(exception).Code.Number);

    [Fact]
    public void Too_many_open_files_are_told_with_what_to_do_about_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the number is Unix's");
        var limit = new IOException("Too many open files", 24);

        Assert.Contains("ulimit -n", Failure.From(limit).Hint, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", Failure.From(new TypeInitializationException("signals", limit)).Hint, StringComparison.Ordinal);
        Assert.Null(Failure.From(new IOException("m")).Hint);
    }

    [Fact]
    public void A_damaged_backup_names_file_and_block()
    {
        var failure = Failure.From(new BackupDamagedException("layers/x.index", "is cut short", 3, "Make a new one."));

        Assert.Equal("layers/x.index", failure.File);
        Assert.Equal(3, failure.Block);
        Assert.Equal("Make a new one.", failure.Hint);
    }

    [Fact]
    public void The_table_of_the_page_is_that_of_the_product()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md"));
        string table = page.Split("<!-- exit codes: a test compares -->\n")[1].Split("<!-- end of exit codes -->")[0];

        IEnumerable<string> rows = ExitCodes.All.Select(
            code => $"| {code.Number} | {(code.Kind is null ? "" : $"`{code.Kind}`")} | {code.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        Assert.Equal("| code | `error.kind` | meaning |\n| --- | --- | --- |\n" + string.Concat(rows), table);
    }
}
