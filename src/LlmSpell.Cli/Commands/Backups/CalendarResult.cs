using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

/// <summary>A calendar of backups: a row for each that is there, a column for each moment.</summary>
internal sealed record CalendarResult(RetentionCalendar Calendar) : ICommandResult
{
    private string Assumption => Calendar.Every is { } every
        ? $"assumed: a backup every {Interval(every)}, each as large as what the newest one added, and a cleanup after each"
        : "assumed: no backup is made until then, and none cleaned up before; --every 24h assumes one a day";

    public void WriteJson(Utf8JsonWriter json)
    {
        if (Calendar.Every is { } every)
        {
            json.WriteNumber("every_seconds"u8, every.TotalSeconds);
        }
        else
        {
            json.WriteNull("every_seconds"u8);
        }

        json.WriteStartArray("moments"u8);
        foreach (CalendarMoment moment in Calendar.Moments)
        {
            json.WriteStartObject();
            json.WriteString("horizon"u8, Code(moment.Horizon));
            json.WriteString("at"u8, Quantities.ExactTime(moment.At));
            json.WriteNumber("retained_count"u8, moment.Decisions.Count(decision => decision.Keep));
            json.WriteNumber("new_count"u8, moment.NewBackups);
            json.WriteNumber("total_size"u8, moment.TotalSize);
            CleanupOutput.WriteDecisions(json, moment.Decisions);
            JsonText.WriteList(json, "notices"u8, moment.Notices);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void WriteText(TextOutput text)
    {
        if (Calendar.Moments[0].Decisions.Count == 0)
        {
            text.Remark("no backups of this state yet");
            return;
        }

        WriteTable(text);
        text.Line();
        foreach (CalendarMoment moment in Calendar.Moments)
        {
            string now = $"{Quantities.Count(moment.Decisions.Count(decision => decision.Keep))} of {Quantities.Count(moment.Decisions.Count)} stay";
            string later = moment.NewBackups > 0 ? $" and {Quantities.Count(moment.NewBackups)} of those to come" : "";
            text.Line($"{Name(moment.Horizon) + ":",-12} {Quantities.Time(moment.At)}, {now}{later}, {Quantities.Size(moment.TotalSize)}");
        }

        text.Line(Assumption);
        foreach (IGrouping<string, CalendarMoment> notice in Calendar.Moments.SelectMany(moment => moment.Notices, (moment, notice) => (moment, notice))
            .GroupBy(item => item.notice, item => item.moment))
        {
            text.Remark($"notice: {string.Join(", ", notice.Select(moment => Name(moment.Horizon)))}: {SafeText.OneLine(notice.Key)}");
        }
    }

    private void WriteTable(TextOutput text)
    {
        var table = new TextTable(["BACKUP", "CREATED", .. Calendar.Moments.Select(moment => Name(moment.Horizon).ToUpperInvariant())]);
        IReadOnlyList<RetentionDecision> backups = Calendar.Moments[0].Decisions;
        for (int row = 0; row < backups.Count; row++)
        {
            BackupSummary backup = backups[row].Backup;
            table.Add([backup.Id.Value, text.Time(backup.CreatedAt), .. Calendar.Moments.Select(moment => Cell(moment.Decisions[row]))]);
        }

        table.WriteTo(text);
    }

    // The rule that keeps it longest says most: a pin, or the last of them.
    private static string Cell(RetentionDecision decision) =>
        !decision.Keep ? "-" : (decision.Rules[0] == RetentionRule.Pinned ? RetentionRule.Pinned : decision.Rules[^1]).Code();

    private static string Interval(TimeSpan every) =>
        every.Ticks % TimeSpan.TicksPerHour == 0 ? $"{Quantities.Count((long)every.TotalHours)} h" : Quantities.Coarse(every);

    private static string Code(CalendarHorizon horizon) => horizon switch
    {
        CalendarHorizon.Now => "now",
        CalendarHorizon.Week => "week",
        CalendarHorizon.Month => "month",
        _ => "year",
    };

    private static string Name(CalendarHorizon horizon) => horizon == CalendarHorizon.Now ? "now" : $"in a {Code(horizon)}";
}
