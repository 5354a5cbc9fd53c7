using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>A command's arguments: numbers in order, and options with a value.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<int> _numbers = [];

    /// <exception cref="ToolException">One is unknown, or no number of at least 1.</exception>
    internal Arguments(string[] arguments, int numbers, params string[] options)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (options.Contains(arguments[i]))
            {
                _options[arguments[i]] = i + 1 < arguments.Length ? arguments[i + 1] : throw new ToolException($"{arguments[i]} needs a value.");
                i++;
            }
            else if (_numbers.Count < numbers
                && int.TryParse(arguments[i], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out int number) && number > 0)
            {
                _numbers.Add(number);
            }
            else
            {
                throw new ToolException(
                    $"\"{arguments[i]}\" is not understood: at most {numbers} numbers from 1 are, and the options {string.Join(", ", options)}.");
            }
        }
    }

    internal int Number(int index, int otherwise) => index < _numbers.Count ? _numbers[index] : otherwise;

    internal string? Option(string name) => _options.GetValueOrDefault(name);

    /// <summary>The path of a program; null if it was not given.</summary>
    /// <exception cref="ToolException">There is no such file.</exception>
    internal string? Program(string name) => Option(name) is not { } path ? null
        : File.Exists(path) ? Path.GetFullPath(path)
        : throw new ToolException($"{path} does not exist: publish the program first, see CONTRIBUTING.md.");
}
