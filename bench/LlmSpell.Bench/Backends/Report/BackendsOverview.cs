using System.Text;

namespace LlmSpell.Bench;

/// <summary>What a comparison of backends comes to: where ours are ahead and behind, and all medians in one table.</summary>
internal static class BackendsOverview
{
    internal static void Append(StringBuilder text, BackendsResult result)
    {
        text.Append("### In short\n\n");
        // What can be opened again keeps what it is given; the memory backend is no choice beside the others.
        string[] ours = [.. result.Stores.Where(static store => store.Kind == ToolKind.Ours).Select(static store => store.Name).Where(name => result.Find(name, BackendStep.Open) is not null)];
        string[] others = [.. result.Stores.Where(static store => store.Kind != ToolKind.Ours).Select(static store => store.Name)];
        foreach (string own in ours)
        {
            foreach (string other in own == SubjectList.Default ? others : [SubjectList.Default, .. others])
            {
                Compare(text, result, own, other);
            }
        }

        text.Append(result.LeftOut.Count == 0
            ? "- Nothing was left out.\n"
            : string.Concat(result.LeftOut.Select(static left => $"- Left out: {left.ReplaceLineEndings(" ").Trim().TrimEnd('.')}.\n")));
        text.Append($"\n| |{string.Concat(result.Stores.Select(static store => $" {store.Name} |"))}\n|---|{string.Concat(result.Stores.Select(static _ => "---:|"))}\n");
        foreach (BackendStep step in Enum.GetValues<BackendStep>())
        {
            text.Append($"| {step.Title()} |{string.Concat(result.Stores.Select(store => $" {(result.Find(store.Name, step) is { } m ? Figures.Seconds(m.Seconds) : "–")} |"))}\n");
        }
    }

    private static void Compare(StringBuilder text, BackendsResult result, string own, string other)
    {
        (BackendStep Step, double Ratio)[] ratios =
        [
            .. Enum.GetValues<BackendStep>()
                .Select(step => (Step: step, Own: result.Find(own, step), Other: result.Find(other, step)))
                .Where(static pair => pair.Own is not null && pair.Other is not null)
                .Select(static pair => (pair.Step, pair.Own!.Seconds / pair.Other!.Seconds))
        ];
        if (ratios.Length == 0)
        {
            return;
        }

        (BackendStep Step, double Ratio)[] behind = [.. ratios.Where(static ratio => ratio.Ratio > 1)];
        text.Append($"- {own} takes less time than {other} in {ratios.Length - behind.Length} of {ratios.Length} steps");
        text.Append(behind.Length == 0
            ? ".\n"
            : $"; more in {string.Join(", ", behind.Select(static ratio => $"{ratio.Step.Title()} {Figures.Times(ratio.Ratio)}"))}.\n");
    }
}
