using Ballast.Core;
using Ballast.Data.LabelErrors;

namespace Ballast.Tests.Data.LabelErrors;

public sealed class LabelVerdictsTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Votes_decide_what_a_row_is()
    {
        Write("row,given,guessed,votes_given,votes_guessed,votes_neutral,votes_off_topic", "4,0,1,3,3,0,0", "2,1,0,1,4,0,0", "0,1,2,2,2,1,0");

        var verdicts = LabelVerdicts.Read(path);

        Assert.Equal([2, 0], verdicts.ConfirmedErrors.Select(v => v.Row));
        int[] given = [1, 0, 1, 0, 0];
        Assert.Equal([RowVerdict.Unknown, RowVerdict.Benign, RowVerdict.Correctable, RowVerdict.Benign, RowVerdict.Benign], verdicts.PerRow(given));
        Assert.Equal([1, 0, 0, 0, 0], verdicts.CorrectedLabels(given));
        Assert.Equal(2 / 5.0, verdicts.ErrorRateLowerBound(5), 12);
        Assert.Equal(2 / 3.0 * 4 / 5, verdicts.ErrorRateLowerBound(5, candidates: 4), 12);
        Assert.Equal([2, 0, 4], LabelVerdicts.Read(path, consensus: 4).ConfirmedErrors.Select(v => v.Row).OrderBy(r => r == 4).ThenByDescending(r => r));
    }

    [Theory]
    [InlineData("a,b", "header")]
    [InlineData("row,given,guessed,votes_given,votes_guessed\n1,2", "line 2")]
    [InlineData("row,given,guessed,votes_given,votes_guessed\n1,2,3,4,x", "votes_guessed")]
    [InlineData("row,given,guessed,votes_given,votes_guessed\n1,2,3,4,5\n1,2,3,4,5", "line 3")]
    [InlineData("", "header")]
    public void A_file_that_is_no_verdicts_is_refused_with_its_place(string content, string sentence)
    {
        File.WriteAllText(path, content);

        Assert.Contains(sentence, Assert.Throws<DataFormatException>(() => LabelVerdicts.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdicts_on_another_set_are_refused()
    {
        var verdicts = new LabelVerdicts([new LabelVerdict(1, 0, 2, 0, 5)]);

        Assert.Throws<ArgumentException>(() => verdicts.PerRow([0]));
        Assert.Throws<ArgumentException>(() => verdicts.CorrectedLabels([0, 1]));
        Assert.Throws<ArgumentException>(() => new LabelVerdicts([new LabelVerdict(1, 0, 2, 0, 5), new LabelVerdict(1, 0, 2, 0, 5)]));
    }

    private void Write(params string[] lines) => File.WriteAllLines(path, lines);
}
